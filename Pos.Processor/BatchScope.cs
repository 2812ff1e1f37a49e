using System.Collections;

namespace Pos.Processor;

/// <summary>Adds a batch's shard and the sequence number of its first record to every log in the scope.</summary>
internal sealed class BatchScope(string shardId, string sequenceNumber) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 2;

    public KeyValuePair<string, object?> this[int index] =>
        index switch
        {
            0 => new("ShardId", shardId),
            1 => new("SequenceNumber", sequenceNumber),
            _ => throw new ArgumentOutOfRangeException(nameof(index)),
        };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"shard {shardId}, record {sequenceNumber}";
}
