using Pos.Contracts.Http;

namespace Pos.Ui.Quarantine;

/// <summary>Which entries the list shows, as its URL says it.</summary>
/// <param name="Reason">A reason's code; null for every one.</param>
/// <param name="State">open, replayed, discarded or all.</param>
/// <param name="Cursor">Where the page begins; null for the newest.</param>
public sealed record QuarantineQuery(string? Reason, string State, string? Cursor)
{
    public const string Open = "open";

    /// <summary>The page with the newest of them.</summary>
    public string Url => Of(Reason, State, Cursor);

    public static string Of(string? reason, string state = Open, string? cursor = null) =>
        new QueryText("/quarantine")
            .With("reason", reason)
            .With("state", state is Open ? null : state)
            .With("cursor", cursor)
            .ToString();

    public static string OfEntry(string id) => $"/quarantine/{Uri.EscapeDataString(id)}";
}
