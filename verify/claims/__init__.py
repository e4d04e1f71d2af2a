"""The ledger: every numbered equation and named statement of the paper, with what holds, under which condition, by which evidence."""
