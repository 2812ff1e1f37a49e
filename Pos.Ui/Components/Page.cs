namespace Pos.Ui.Components;

/// <summary>A page of a list.</summary>
/// <param name="Items">In order.</param>
/// <param name="Next">What to ask for the next page by; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
