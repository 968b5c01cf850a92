"""The demo's history: a synthetic year of matters, carried out through the real operations (docs/decisions/0021).

`scenario` draws what happens (pure), `course` decides what people do next about a matter (pure), `cast` finds who
holds the posts, `replaying` carries it out. Everything is made up by a program; units that behave oddly are drawn
by lot and say nothing of real ones.
"""
