using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace Pos.Contracts.Ingest;

/// <summary>202: the stream has every purchase.</summary>
/// <param name="Accepted">Purchases in the stream.</param>
/// <param name="Lines">Their lines.</param>
public sealed record PurchasesAccepted(int Accepted, int Lines);

/// <summary>207: the stream has some of the purchases.</summary>
/// <param name="Accepted">Purchases in the stream.</param>
/// <param name="Lines">Their lines.</param>
/// <param name="Rejected">All other purchases, by index.</param>
public sealed record PurchasesPartlyAccepted(int Accepted, int Lines, IReadOnlyList<RejectedPurchase> Rejected);

/// <summary>400, 503: the stream has none of the purchases.</summary>
public sealed class PurchasesProblem : ProblemDetails
{
    /// <summary>All purchases, by index.</summary>
    public required IReadOnlyList<RejectedPurchase> Rejected { get; init; }
}

/// <summary>A purchase that is not in the stream.</summary>
/// <param name="Index">Index in the array or among the NDJSON lines, from 0; empty lines do not count.</param>
/// <param name="PurchaseId">The id as sent; null when it could not be read.</param>
/// <param name="Errors">Every reason for the rejection.</param>
public sealed record RejectedPurchase(int Index, string? PurchaseId, IReadOnlyList<PurchaseError> Errors)
{
    /// <summary>The error of a purchase that the stream did not acknowledge in time.</summary>
    public static PurchaseError NotAcknowledged { get; } =
        new(
            "",
            PurchaseErrorCodes.Unavailable,
            "was not acknowledged by the stream in time: send it again, twice does no harm"
        );
}

/// <summary>Reads and writes ingest's JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PurchasesAccepted))]
[JsonSerializable(typeof(PurchasesPartlyAccepted))]
[JsonSerializable(typeof(PurchasesProblem))]
[JsonSerializable(typeof(IngestStatus))]
public sealed partial class IngestJson : JsonSerializerContext
{
    /// <summary>Leaves quotes and letters unescaped: people read the responses, and no HTML page embeds them.</summary>
    public static IngestJson Readable { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
