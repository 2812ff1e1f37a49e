using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Pos.Contracts;
using Pos.Ingest.Status;

namespace Pos.Ingest.Purchases;

/// <summary>What became of a request's purchases.</summary>
/// <param name="Accepted">Purchases that are in the stream.</param>
/// <param name="Lines">Their lines.</param>
/// <param name="Rejected">All others, by index.</param>
internal sealed record PostOutcome(int Accepted, int Lines, IReadOnlyList<RejectedPurchase> Rejected);

/// <summary>202: every purchase is in the stream.</summary>
internal sealed record PurchasesAccepted(int Accepted, int Lines);

/// <summary>207: some are in the stream; the others are told one by one.</summary>
internal sealed record PurchasesPartlyAccepted(int Accepted, int Lines, IReadOnlyList<RejectedPurchase> Rejected);

/// <summary>400, 503: none is in the stream.</summary>
internal sealed class PurchasesProblem : ProblemDetails
{
    public required IReadOnlyList<RejectedPurchase> Rejected { get; init; }
}

/// <summary>A purchase that is not in the stream.</summary>
/// <param name="Index">Its place in the array or among the lines of NDJSON, from 0; empty lines do not count.</param>
/// <param name="PurchaseId">As it was sent, where it could be read.</param>
/// <param name="Errors">Every reason.</param>
internal sealed record RejectedPurchase(int Index, string? PurchaseId, IReadOnlyList<PurchaseError> Errors)
{
    public static readonly PurchaseError NotAcknowledged = new(
        "",
        PurchaseErrorCodes.Unavailable,
        "was not acknowledged by the stream in time: send it again, twice does no harm"
    );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PurchasesAccepted))]
[JsonSerializable(typeof(PurchasesPartlyAccepted))]
[JsonSerializable(typeof(PurchasesProblem))]
[JsonSerializable(typeof(IngestStatus))]
internal sealed partial class AnswerJson : JsonSerializerContext
{
    /// <summary>
    /// Quotes and letters stay as they are: an answer is read by people too, and never as part of a page.
    /// </summary>
    public static AnswerJson Readable { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
