using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pos.Contracts.Processor;

/// <summary>Reads and writes the processor's JSON.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(ProcessorStatus))]
[JsonSerializable(typeof(PurchaseWhereabouts))]
[JsonSerializable(typeof(EntriesPage))]
[JsonSerializable(typeof(QuarantineCounts))]
[JsonSerializable(typeof(QuarantineView))]
[JsonSerializable(typeof(TextValidation))]
[JsonSerializable(typeof(ClosedEntry))]
[JsonSerializable(typeof(RetryPage))]
[JsonSerializable(typeof(InvalidTextProblem))]
[JsonSerializable(typeof(ValidateRequest))]
[JsonSerializable(typeof(RetryRequest))]
[JsonSerializable(typeof(RetryReasonRequest))]
[JsonSerializable(typeof(DiscardRequest))]
public sealed partial class ProcessorJson : JsonSerializerContext;
