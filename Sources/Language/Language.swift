// Reading what people write, without a model: time expressions, numbers, answers to a question,
// and names with typing mistakes. Pure functions of text, reference time and options.
//
// The idea: one tokenizer splits the text at letters, digits and signs, and keeps where each token
// stood. Small readers look at a bounded number of tokens from a given place and answer with what
// they saw and where it ends; nothing backtracks further than that, so time is linear in the text.
//
//   text → [Token] → atoms (a day, a time, a length) → neighbours joined → [TimeMention]
//
// Positions are offsets in `text.unicodeScalars`. Dates and times are local: the reference is the
// wall clock of the business, and zones and daylight saving are somebody else's work.
//
// Refuses to: choose silently. Whatever has two sensible readings says so in `doubts`, with the
// other readings beside it; the caller decides whether to ask.
