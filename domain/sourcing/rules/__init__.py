"""The rules in front of cost: what a planner may say as data, and what each rule means. Pure."""
