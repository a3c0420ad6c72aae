"""What any program needs, and no word of OpsDesk: work that blocks, whole files, HTTP."""
