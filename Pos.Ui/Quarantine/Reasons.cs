namespace Pos.Ui.Quarantine;

/// <summary>Why bytes are in quarantine, in words for people.</summary>
/// <param name="Code">As the processor and the URL have it.</param>
/// <param name="Name">Two or three words.</param>
/// <param name="Meaning">What happened, and what can be done.</param>
internal sealed record Reason(string Code, string Name, string Meaning)
{
    private static readonly Reason[] s_all =
    [
        new(
            "invalid_purchase",
            "Breaks a rule",
            "A purchase that the contract does not allow, written to the stream past ingest. Mend and replay it, or discard it."
        ),
        new(
            "invalid_json",
            "Not JSON",
            "The line is not one JSON value, such as a purchase that was cut off. Mend and replay it, or discard it."
        ),
        new(
            "invalid_utf8",
            "Not UTF-8",
            "The bytes are no text. Mend what can be read of them and replay it, or discard them."
        ),
        new(
            "unknown_schema",
            "Unknown field",
            "A field that this version's contract does not have. Take it out and replay the rest, or replay all after an update."
        ),
        new(
            "empty_record",
            "Empty record",
            "The record has no line that is a purchase. Write one purchase a line, or discard it."
        ),
        new(
            "item_too_large",
            "Too large",
            "With these lines the purchase would exceed the 400 KB of a DynamoDB item. Replay fewer or shorter lines."
        ),
        new(
            "retries_exhausted",
            "Given up",
            "Its batch failed as often as the processor may try. End the cause first (pipeline, logs), then replay it as it is."
        ),
        new(
            "record_expired",
            "Expired",
            "The record became too old before its batch succeeded. End the cause first (pipeline, logs), then replay it as it is."
        ),
    ];

    /// <summary>Also of a reason that a newer processor has.</summary>
    public static Reason Of(string code) => Array.Find(s_all, reason => reason.Code == code) ?? new(code, code, "");
}
