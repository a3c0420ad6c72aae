"""The kinds of panel: each lays out, shows a board, and says what it shows."""
