"""Numbers for a system against gold, and what is behind them.

collection pairs documents → items are what a side says, as plain tuples → comparison aligns the two sides once →
entities, relations, frames, attributes, clusters count → rules name ways to count → tables keep counts by document →
measures name the numbers, averages compute them → score holds it all → resampling and significance: intervals, tests →
systems compares several, gates guard a pipeline → errors says what is wrong with each item → report, page, markdown.
"""
