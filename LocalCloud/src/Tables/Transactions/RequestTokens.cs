using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LocalCloud.Protocol;
using LocalCloud.Tables.Storage;

namespace LocalCloud.Tables.Transactions;

/// <summary>
/// Stores the tokens of the transactions of the last ten minutes, each in the same batch as its transaction. A repeated
/// transaction therefore changes nothing, even after a restart.
/// </summary>
internal sealed class RequestTokens(IItemStore store, TimeProvider time)
{
    private const byte Mark = (byte)'I';
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Returns the key in the store, which is locked while the transaction runs.</summary>
    public static byte[] Key(string token) => [Mark, .. Encoding.UTF8.GetBytes(token)];

    /// <summary>Returns the fingerprint of a transaction's items.</summary>
    public static byte[] Fingerprint(IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            hash.AppendData(length);
            hash.AppendData(part.Span);
        }
        return hash.GetHashAndReset();
    }

    /// <summary>Returns true if the transaction was already executed.</summary>
    /// <exception cref="AwsException">IdempotentParameterMismatchException: the token is of another one.</exception>
    public bool IsRepeated(byte[] key, byte[] fingerprint)
    {
        if (store.Get(key) is not { } known || ExpiresAt(known) <= time.GetUtcNow())
            return false;
        return known.AsSpan(8).SequenceEqual(fingerprint)
            ? true
            : throw new AwsException(
                "IdempotentParameterMismatchException",
                "The request uses the same client token as a previous, but non-identical request."
            );
    }

    public void Remember(ItemBatch batch, byte[] key, byte[] fingerprint)
    {
        var value = new byte[8 + fingerprint.Length];
        BinaryPrimitives.WriteInt64BigEndian(value, (time.GetUtcNow() + s_lifetime).ToUnixTimeMilliseconds());
        fingerprint.CopyTo(value, 8);
        batch.Put(key, value);
    }

    /// <summary>Deletes expired tokens.</summary>
    public async Task SweepAsync()
    {
        var (batch, now) = (new ItemBatch(), time.GetUtcNow());
        using (var cursor = store.Scan([Mark], [Mark + 1], descending: false))
        {
            while (cursor.MoveNext())
            {
                if (ExpiresAt(cursor.Value) <= now)
                    batch.Delete(cursor.Key.ToArray());
            }
        }
        if (batch.Changes.Count > 0)
            await store.CommitAsync(batch);
    }

    private static DateTimeOffset ExpiresAt(ReadOnlySpan<byte> value) =>
        DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(value));
}
