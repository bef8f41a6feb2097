/// Orders to the assistant itself, as somebody writes who wants it to break its rules.
///
/// They colour the whole message: nothing in it is carried out, whatever else it says. So a phrase
/// stands here only if a customer who wants an appointment would hardly use it.
enum PromptInjection {
    static func areIn(_ text: String, _ words: PhraseText) -> Bool {
        if words.has(phrases) { return true }
        let start = text.drop { $0.isWhitespace || "[<#*(\"'`".contains($0) }.prefix(24)
            .lowercased()
        if roles.contains(where: { start.hasPrefix($0) }) { return true }
        return words.all.indices.contains { index in
            guard verbs.contains(words.all[index]) else { return false }
            return words.all[(index + 1)...].prefix(reach).contains(where: objects.contains)
        }
    }

    /// Words between a verb and what it is to do away with.
    private static let reach = 5
    private static let verbs: Set<String> = [
        "ignore", "disregard", "forget", "override", "bypass", "circumvent", "disable", "skip",
        "overrule", "reveal",
    ]
    private static let objects: Set<String> = [
        "instructions", "instruction", "rules", "prompt", "prompts", "programming", "guidelines",
        "directives", "restrictions", "safeguards", "filters", "approval", "approvals",
    ]
    private static let roles = [
        "system:", "system message", "system override", "assistant:", "admin:", "developer:",
        "user:", "system>", "system]", "note to ai", "note to the ai", "attention ai", "dear ai",
    ]
    private static let phrases =
        "ignore your|ignore all previous|ignore previous|ignore everything above|you are now|"
        + "you are no longer|system prompt|your instructions|your rules|your programming|"
        + "pretend|act as|roleplay|role play|developer mode|admin mode|debug mode|god mode|"
        + "jailbreak|jailbroken|repeat after|new instructions|as an ai|language model|"
        + "without asking anyone|without asking anybody|without asking me|without approval|"
        + "without confirmation|without checking|without staff|do not ask anyone|"
        + "dont ask anyone|mark it as paid|mark as paid|marked as paid|sudo|root access|"
        + "as your manager|as your owner|as your developer|as your administrator|"
        + "im the administrator|i am the administrator|im your developer|i am your developer|"
        + "the customer has said yes|the customer has confirmed|for all customers|"
        + "everyones appointment|everyones appointments|everybodys appointments|"
        + "other customers|another customers|somebody elses appointment|someone elses appointment"
}
