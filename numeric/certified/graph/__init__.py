"""Networks of bounded maps with several outputs: the proof is docs/proof-graph.md."""
