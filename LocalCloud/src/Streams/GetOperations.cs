using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Streams.Limits;
using LocalCloud.Streams.Storage;

namespace LocalCloud.Streams;

/// <summary>GetShardIterator and GetRecords.</summary>
internal sealed class GetOperations(StreamStore streams, StreamLimits limits, TimeProvider time)
{
    // GetRecords: "you can specify up to 10,000", which is also the default.
    private const int MaxRecords = 10_000;

    public void GetShardIterator(GetShardIteratorRequest request, Utf8JsonWriter response)
    {
        new Constraints()
            .Required("shardId", request.ShardId)
            .ShardId("shardId", request.ShardId)
            .Required("shardIteratorType", request.ShardIteratorType)
            .OneOf(
                "shardIteratorType",
                request.ShardIteratorType,
                "AFTER_SEQUENCE_NUMBER",
                "LATEST",
                "AT_TIMESTAMP",
                "AT_SEQUENCE_NUMBER",
                "TRIM_HORIZON"
            )
            .Check(
                request.StartingSequenceNumber is null || IsSequenceNumberPattern(request.StartingSequenceNumber),
                request.StartingSequenceNumber,
                "startingSequenceNumber",
                @"Member must satisfy regular expression pattern: 0|([1-9]\d{0,128})"
            )
            .Enforce();
        if (
            request.StartingSequenceNumber is not null
            && request.ShardIteratorType is not ("AT_SEQUENCE_NUMBER" or "AFTER_SEQUENCE_NUMBER")
        )
            throw new AwsException(
                "InvalidArgumentException",
                "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or "
                    + "(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. "
                    + $"Request specified {request.ShardIteratorType} and also a StartingSequenceNumber."
            );
        var stream = streams.Get(StreamNames.Resolve(request.StreamName, request.StreamArn));
        var shard = streams.GetShard(stream, request.ShardId!);
        limits.CountIterator(stream, shard.Number);
        var iterator = new ShardIterator(
            stream.State.Name,
            stream.State.Created,
            shard.Number,
            FirstOrdinal(stream, shard, request),
            Now()
        );
        response.WriteStartObject();
        response.WriteString("ShardIterator"u8, iterator.Encode());
        response.WriteEndObject();
    }

    public void GetRecords(GetRecordsRequest request, Utf8JsonWriter response)
    {
        new Constraints()
            .Required("shardIterator", request.ShardIterator)
            .Length("shardIterator", request.ShardIterator, 1, 512)
            .Range("limit", request.Limit, 1, MaxRecords)
            .Enforce();
        var iterator = ShardIterator.Decode(request.ShardIterator!, time.GetUtcNow());
        if (request.StreamArn is not null && StreamNames.Resolve(null, request.StreamArn) != iterator.Stream)
            throw new AwsException(
                "InvalidArgumentException",
                $"StreamARN {request.StreamArn} is not that of the ShardIterator's stream."
            );
        var stream = streams.Get(iterator.Stream);
        if (stream.State.Created != iterator.StreamCreated)
            // The stream was deleted and created again.
            throw new AwsException("InvalidArgumentException", "Invalid ShardIterator: its stream was deleted.");
        var shard = streams.GetShard(stream, Shard.IdOf(iterator.Shard));
        limits.CountRead(stream, shard.Number);

        response.WriteStartObject();
        response.WriteStartArray("Records"u8);
        var sink = new RecordWriter(response, iterator.StreamCreated, shard.Number, request.Limit ?? MaxRecords);
        var next = stream.Log.Read(shard.Number, iterator.Ordinal, stream.TrimHorizon(), ref sink);
        response.WriteEndArray();
        limits.CountReadBytes(stream, shard.Number, sink.Bytes);
        WriteProgress(response, stream, shard, iterator, next, sink);
        response.WriteEndObject();
    }

    private void WriteProgress(
        Utf8JsonWriter response,
        DataStream stream,
        Shard shard,
        ShardIterator iterator,
        long next,
        in RecordWriter sink
    )
    {
        var (tail, tailArrival) = stream.Log.Tail(shard.Number);
        // Records past retention do not count as unread, even while their segment still exists.
        var caughtUp = next > tail || tailArrival < stream.TrimHorizon();
        // The age of the newest record returned, if newer ones exist. Without a record, the age of the shard's newest
        // record is the best value known.
        response.WriteNumber(
            "MillisBehindLatest"u8,
            caughtUp ? 0 : Math.Max(0, Now() - (sink.Count > 0 ? sink.LastArrival : tailArrival))
        );
        if (!caughtUp || shard.EndingOrdinal is null)
        {
            response.WriteString("NextShardIterator"u8, (iterator with { Ordinal = next, Issued = Now() }).Encode());
            return;
        }
        // "When the shard has been closed ... NextShardIterator is null". ChildShards appear only then.
        response.WriteNull("NextShardIterator"u8);
        response.WriteStartArray("ChildShards"u8);
        foreach (
            var child in stream.State.Shards.Where(child =>
                child.Parent == shard.Number || child.AdjacentParent == shard.Number
            )
        )
        {
            response.WriteStartObject();
            response.WriteString("ShardId"u8, child.Id());
            response.WriteStartArray("ParentShards"u8);
            response.WriteStringValue(Shard.IdOf(child.Parent!.Value));
            if (child.AdjacentParent is { } adjacent)
                response.WriteStringValue(Shard.IdOf(adjacent));
            response.WriteEndArray();
            ShardWriter.WriteHashKeyRange(response, child);
            response.WriteEndObject();
        }
        response.WriteEndArray();
    }

    private long FirstOrdinal(DataStream stream, Shard shard, GetShardIteratorRequest request)
    {
        switch (request.ShardIteratorType)
        {
            case "TRIM_HORIZON":
                return shard.StartingOrdinal;
            case "LATEST":
                return stream.Log.NextOrdinal;
            case "AT_TIMESTAMP":
                var seconds = request.Timestamp
                    ?? throw new AwsException(
                        "InvalidArgumentException",
                        "Must specify a Timestamp with AT_TIMESTAMP."
                    );
                var timestamp = (long)Math.Ceiling(Math.Round(seconds * 1000, 3));
                if (timestamp > Now())
                    throw new AwsException(
                        "InvalidArgumentException",
                        "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "
                            + $"timestampInMillis: {timestamp}, currentTimestampInMillis: {Now()}"
                    );
                var probe = new FirstRecord(stream.Log.NextOrdinal);
                stream.Log.Read(shard.Number, shard.StartingOrdinal, timestamp, ref probe);
                return probe.Ordinal;
            default:
                var text = request.StartingSequenceNumber
                    ?? throw new AwsException(
                        "InvalidArgumentException",
                        "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and "
                            + "StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. "
                            + $"Request specified {request.ShardIteratorType} and no StartingSequenceNumber."
                    );
                if (!SequenceNumber.TryParse(text, out var number) || number.StreamCreated != stream.State.Created)
                    throw new AwsException(
                        "InvalidArgumentException",
                        $"StartingSequenceNumber {text} used in GetShardIterator on shard {shard.Id()} in stream "
                            + $"{stream.State.Name} is invalid because it did not come from this stream."
                    );
                if (number.Shard != shard.Number)
                    throw new AwsException(
                        "InvalidArgumentException",
                        $"Invalid StartingSequenceNumber. It encodes {Shard.IdOf(number.Shard)}, "
                            + $"while it was used in a call to a shard with {shard.Id()}"
                    );
                return request.ShardIteratorType is "AT_SEQUENCE_NUMBER" ? number.Ordinal : number.Ordinal + 1;
        }
    }

    private static bool IsSequenceNumberPattern(string text) =>
        text is "0"
        || (text.Length is >= 1 and <= 129 && text[0] != '0' && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Notes the first record's ordinal and ends the read.</summary>
    private struct FirstRecord(long none) : ILogRecordSink
    {
        public long Ordinal { get; private set; } = none;

        public bool TryAdd(in LogRecord record)
        {
            Ordinal = record.Ordinal;
            return false;
        }
    }
}
