// Reading what people write, without a model: time expressions, numbers, answers to a question,
// normalising, and names with typing mistakes. Pure functions of text, reference time and zone.
