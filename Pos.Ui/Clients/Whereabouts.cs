using System.Text.Json.Serialization;

namespace Pos.Ui.Clients;

/// <summary>Where a purchase is.</summary>
/// <param name="InLookupTable">Whether it can be looked up.</param>
/// <param name="LakeObject">Key of the lake's object that has its newest post; null when none was found.</param>
/// <param name="InStream">Where it waits, when it is accepted and in no store yet.</param>
/// <param name="Quarantined">Its posts that no store could take, newest first, closed ones too.</param>
/// <param name="Complete">False when there was too much to look through.</param>
public sealed record Whereabouts(
    bool InLookupTable,
    string? LakeObject,
    StreamPlace? InStream,
    IReadOnlyList<QuarantinedPost> Quarantined,
    bool Complete
);

public sealed record StreamPlace(string ShardId, string SequenceNumber, DateTimeOffset ArrivedAt);

/// <param name="Id">Of its entry in quarantine.</param>
/// <param name="Reason">As <c>invalid_purchase</c>.</param>
/// <param name="State">open, replayed or discarded.</param>
/// <param name="ArrivedAt">When the stream took it.</param>
public sealed record QuarantinedPost(string Id, string Reason, string State, DateTimeOffset ArrivedAt);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(Whereabouts))]
internal sealed partial class WhereaboutsJson : JsonSerializerContext;
