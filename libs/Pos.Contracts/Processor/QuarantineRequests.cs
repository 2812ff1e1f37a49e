using Microsoft.AspNetCore.Mvc;

namespace Pos.Contracts.Processor;

/// <summary>Retries an entry.</summary>
/// <param name="Text">Replaces the entry's bytes; null keeps them.</param>
public sealed record RetryRequest(string? Text = null);

/// <summary>Retries the open entries of a reason, a page at a time.</summary>
/// <param name="Reason">The reason's code.</param>
/// <param name="Limit">Entries on the page.</param>
/// <param name="Cursor"><c>next_cursor</c> of the previous page.</param>
public sealed record RetryReasonRequest(string Reason, int? Limit = null, string? Cursor = null);

/// <summary>Checks a text against the contract.</summary>
/// <param name="Text">The text to check.</param>
public sealed record ValidateRequest(string Text);

/// <summary>Discards an entry.</summary>
/// <param name="Note">Why, in 1 to 500 characters.</param>
public sealed record DiscardRequest(string Note);

/// <summary>422: the text is not a valid purchase.</summary>
public sealed class InvalidTextProblem : ProblemDetails
{
    /// <summary>Every rule that the text breaks.</summary>
    public required IReadOnlyList<PurchaseError> Errors { get; init; }
}
