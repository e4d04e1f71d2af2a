"""Channels of one stage cut where their laws and maps jump or bend: the information differentiated directly, and the score form as somebody would write it there."""
