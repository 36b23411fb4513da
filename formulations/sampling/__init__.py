"""Many solves of one problem: questions and answers, fronts and their geometry, plans near another."""
