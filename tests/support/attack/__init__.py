"""The attack: hostile inputs, kills at any moment, random studies against a model of their own."""
