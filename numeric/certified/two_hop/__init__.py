"""Two hops, V = f1(X) + N1 and Y = f2(V) + N2: the proof is docs/proof-two-hop.md."""
