"""What any program needs of its system, and no word of OpsDesk: work that blocks, whole files."""
