"""One stage whose map grows, a polynomial or softplus beside bounded maps: the proof is section 10 of docs/proof.md."""
