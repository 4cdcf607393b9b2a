"""checks decides: facts in, findings and assessments out. Pure: no I/O, no sockets, no clock."""
