using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LocalCloud.Delivery.Api;
using LocalCloud.Faults;
using LocalCloud.Protocol;

namespace LocalCloud.Delivery;

/// <summary>
/// The Amazon Data Firehose API of 2015-08-04, for direct puts to a Redshift destination. Changes are complete when the
/// call returns; AWS takes seconds.
/// </summary>
internal sealed class FirehoseService(DeliveryStreams streams, FaultInjection faults, TimeProvider time)
    : IAwsJsonService
{
    private const string DestinationId = "destinationId-000000000001";

    public string TargetPrefix => "Firehose_20150804";

    public Task HandleAsync(
        string operation,
        ReadOnlyMemory<byte> request,
        Utf8JsonWriter response,
        CancellationToken cancellationToken
    )
    {
        var json = FirehoseJson.Default;
        switch (operation)
        {
            // A queued put completes even if its caller disconnects.
            case "PutRecordBatch":
                return PutRecordBatchAsync(request, response);
            case "PutRecord":
                return PutRecordAsync(request, response);
            case "CreateDeliveryStream":
                return CreateAsync(Read(json.CreateDeliveryStreamRequest), response, cancellationToken);
            case "DeleteDeliveryStream":
                return DeleteAsync(Read(json.NamedStreamRequest), response, cancellationToken);
            case "UpdateDestination":
                Update(Read(json.UpdateDestinationRequest), response);
                break;
            case "DescribeDeliveryStream":
                Describe(Read(json.NamedStreamRequest), response);
                break;
            case "ListDeliveryStreams":
                List(Read(json.ListDeliveryStreamsRequest), response);
                break;
            default:
                throw AwsException.UnknownOperation(operation);
        }
        return Task.CompletedTask;

        T Read<T>(JsonTypeInfo<T> type)
            where T : class =>
            JsonSerializer.Deserialize(request.Span, type)
            ?? throw new JsonException("The request is not a structure.");
    }

    public static string VersionId(StreamDefinition definition) =>
        definition.Version.ToString(CultureInfo.InvariantCulture);

    private async Task PutRecordAsync(ReadOnlyMemory<byte> request, Utf8JsonWriter response)
    {
        using var batch = PutBatch.Read(request.Span, many: false, time.GetUtcNow());
        await streams.Get(batch.Stream).PutAsync(batch);
        response.WriteStartObject();
        response.WriteString("RecordId"u8, Guid.NewGuid());
        response.WriteBoolean("Encrypted"u8, false);
        response.WriteEndObject();
    }

    private async Task PutRecordBatchAsync(ReadOnlyMemory<byte> request, Utf8JsonWriter response)
    {
        using var batch = PutBatch.Read(request.Span, many: true, time.GetUtcNow());
        var (stream, records) = (streams.Get(batch.Stream), batch.Count);
        var rejected = faults.SelectEntries(FaultTargets.Firehose, "PutRecordBatch", records);
        if (rejected is not null)
            batch.Remove(rejected);
        var accepted = batch.Count == 0 ? 0 : await stream.PutAsync(batch);
        response.WriteStartObject();
        response.WriteNumber("FailedPutCount"u8, records - accepted);
        response.WriteBoolean("Encrypted"u8, false);
        response.WriteStartArray("RequestResponses"u8);
        for (var i = 0; i < records; i++)
        {
            response.WriteStartObject();
            if (rejected?[i] is not true && accepted-- > 0)
            {
                response.WriteString("RecordId"u8, Guid.NewGuid());
            }
            else
            {
                response.WriteString("ErrorCode"u8, PutBatch.Unavailable);
                response.WriteString("ErrorMessage"u8, PutBatch.SlowDown);
            }
            response.WriteEndObject();
        }
        response.WriteEndArray();
        response.WriteEndObject();
    }

    private async Task CreateAsync(
        CreateDeliveryStreamRequest request,
        Utf8JsonWriter response,
        CancellationToken cancellationToken
    )
    {
        new Constraints()
            .Required("deliveryStreamName", request.DeliveryStreamName)
            .DeliveryStreamName(request.DeliveryStreamName)
            .Enforce();
        if ((request.DeliveryStreamType ?? "DirectPut") != "DirectPut")
            throw new AwsException(
                "InvalidArgumentException",
                $"DeliveryStreamType {request.DeliveryStreamType} is not supported; it must be DirectPut."
            );
        var destination = request.RedshiftDestinationConfiguration
            ?? throw new AwsException(
                "InvalidArgumentException",
                "RedshiftDestinationConfiguration is required; other destinations are not supported."
            );
        await streams.CreateAsync(
            request.DeliveryStreamName!,
            Destination.WithDefaults(destination),
            cancellationToken
        );
        response.WriteStartObject();
        response.WriteString("DeliveryStreamARN"u8, streams.GetArn(request.DeliveryStreamName!));
        response.WriteEndObject();
    }

    private async Task DeleteAsync(
        NamedStreamRequest request,
        Utf8JsonWriter response,
        CancellationToken cancellationToken
    )
    {
        await streams.DeleteAsync(ValidateName(request.DeliveryStreamName), cancellationToken);
        WriteEmpty(response);
    }

    private void Update(UpdateDestinationRequest request, Utf8JsonWriter response)
    {
        new Constraints()
            .Required("deliveryStreamName", request.DeliveryStreamName)
            .DeliveryStreamName(request.DeliveryStreamName)
            .Required("currentDeliveryStreamVersionId", request.CurrentDeliveryStreamVersionId)
            .Required("destinationId", request.DestinationId)
            .Enforce();
        var stream = streams.Get(request.DeliveryStreamName!);
        if (request.DestinationId != DestinationId)
            throw new AwsException(
                "InvalidArgumentException",
                $"The stream has no destination {request.DestinationId}."
            );
        stream.Update(
            request.CurrentDeliveryStreamVersionId!,
            request.RedshiftDestinationUpdate
                ?? throw new AwsException(
                    "InvalidArgumentException",
                    "RedshiftDestinationUpdate is required; the destination is Redshift."
                )
        );
        WriteEmpty(response);
    }

    private void Describe(NamedStreamRequest request, Utf8JsonWriter response)
    {
        var definition = streams.Get(ValidateName(request.DeliveryStreamName)).Definition;
        response.WriteStartObject();
        response.WriteStartObject("DeliveryStreamDescription"u8);
        response.WriteString("DeliveryStreamName"u8, definition.Name);
        response.WriteString("DeliveryStreamARN"u8, streams.GetArn(definition.Name));
        response.WriteString("DeliveryStreamStatus"u8, "ACTIVE"u8);
        response.WriteString("DeliveryStreamType"u8, "DirectPut"u8);
        response.WriteString("VersionId"u8, VersionId(definition));
        response.WriteNumber("CreateTimestamp"u8, Seconds(definition.CreatedAt));
        if (definition.UpdatedAt is { } updated)
            response.WriteNumber("LastUpdateTimestamp"u8, Seconds(updated));
        response.WriteStartArray("Destinations"u8);
        response.WriteStartObject();
        response.WriteString("DestinationId"u8, DestinationId);
        response.WritePropertyName("RedshiftDestinationDescription"u8);
        JsonSerializer.Serialize(
            response,
            RedshiftDescription.From(definition.Destination),
            RedshiftDescriptionJson.Default.RedshiftDescription
        );
        response.WriteEndObject();
        response.WriteEndArray();
        response.WriteBoolean("HasMoreDestinations"u8, false);
        response.WriteEndObject();
        response.WriteEndObject();

        static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
    }

    private void List(ListDeliveryStreamsRequest request, Utf8JsonWriter response)
    {
        new Constraints().Range("limit", request.Limit, 1, 10_000).Enforce();
        var after = request.ExclusiveStartDeliveryStreamName ?? "";
        var limit = request.Limit ?? 10;
        var names = request.DeliveryStreamType is null or "DirectPut"
            ? streams
                .All.Select(stream => stream.Definition.Name)
                .Where(name => string.CompareOrdinal(name, after) > 0)
                .Take(limit + 1)
                .ToList()
            : [];
        response.WriteStartObject();
        response.WriteStartArray("DeliveryStreamNames"u8);
        foreach (var name in names.Take(limit))
            response.WriteStringValue(name);
        response.WriteEndArray();
        response.WriteBoolean("HasMoreDeliveryStreams"u8, names.Count > limit);
        response.WriteEndObject();
    }

    private static string ValidateName(string? name)
    {
        new Constraints().Required("deliveryStreamName", name).DeliveryStreamName(name).Enforce();
        return name!;
    }

    private static void WriteEmpty(Utf8JsonWriter response)
    {
        response.WriteStartObject();
        response.WriteEndObject();
    }
}
