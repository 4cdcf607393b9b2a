"""audit acts: plans, gathers, runs, stores. The only room that touches files, hosts and networks."""
