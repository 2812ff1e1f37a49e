namespace LocalCloud.Objects.Storage;

/// <summary>A change of the <see cref="Catalog"/> in the journal.</summary>
internal abstract record JournalEntry
{
    public sealed record BucketCreated(int Bucket, string Name, DateTimeOffset At) : JournalEntry;

    public sealed record BucketDeleted(int Bucket) : JournalEntry;

    public sealed record ObjectPut(int Bucket, ObjectEntry Entry) : JournalEntry;

    public sealed record ObjectDeleted(int Bucket, byte[] Key) : JournalEntry;

    /// <param name="Id">The upload's id.</param>
    /// <param name="FileId">The file with the attributes of the future object.</param>
    public sealed record UploadStarted(string Id, int Bucket, byte[] Key, long FileId, DateTimeOffset At)
        : JournalEntry;

    public sealed record UploadPartPut(string Id, UploadPart Part) : JournalEntry;

    /// <param name="Id">The upload's id.</param>
    /// <param name="PartsKept">Numbers of the parts that the object uses. Files of other parts are deleted. Empty after
    /// an abort.</param>
    public sealed record UploadEnded(string Id, IReadOnlyList<int> PartsKept) : JournalEntry;

    /// <summary>Marks the end of a complete catalog in key order.</summary>
    public sealed record SnapshotEnded : JournalEntry;

    private enum Kind : byte
    {
        BucketCreated = 1,
        BucketDeleted,
        ObjectPut,
        ObjectDeleted,
        UploadStarted,
        UploadPartPut,
        UploadEnded,
        SnapshotEnded,
    }

    public void Write(BinaryWriter writer)
    {
        switch (this)
        {
            case BucketCreated created:
                writer.Write((byte)Kind.BucketCreated);
                writer.Write7BitEncodedInt(created.Bucket);
                writer.Write(created.Name);
                writer.Write(created.At.UtcTicks);
                break;
            case BucketDeleted deleted:
                writer.Write((byte)Kind.BucketDeleted);
                writer.Write7BitEncodedInt(deleted.Bucket);
                break;
            case ObjectPut put:
                writer.Write((byte)Kind.ObjectPut);
                writer.Write7BitEncodedInt(put.Bucket);
                Span<byte> packed = stackalloc byte[PackedEntry.MaxBytes];
                var length = PackedEntry.Write(put.Entry, packed);
                writer.Write7BitEncodedInt(length);
                writer.Write(packed[..length]);
                break;
            case ObjectDeleted deleted:
                writer.Write((byte)Kind.ObjectDeleted);
                writer.Write7BitEncodedInt(deleted.Bucket);
                WriteKey(writer, deleted.Key);
                break;
            case UploadStarted started:
                writer.Write((byte)Kind.UploadStarted);
                writer.Write(started.Id);
                writer.Write7BitEncodedInt(started.Bucket);
                WriteKey(writer, started.Key);
                writer.Write7BitEncodedInt64(started.FileId);
                writer.Write(started.At.UtcTicks);
                break;
            case UploadPartPut { Part: var part } put:
                writer.Write((byte)Kind.UploadPartPut);
                writer.Write(put.Id);
                writer.Write7BitEncodedInt(part.Number);
                writer.Write7BitEncodedInt64(part.FileId);
                writer.Write7BitEncodedInt64(part.Size);
                writer.Write(part.LastModified.UtcTicks);
                WriteMd5(writer, part.Md5);
                writer.Write(part.Checksum?.ToString() ?? "");
                break;
            case UploadEnded ended:
                writer.Write((byte)Kind.UploadEnded);
                writer.Write(ended.Id);
                writer.Write7BitEncodedInt(ended.PartsKept.Count);
                foreach (var number in ended.PartsKept)
                    writer.Write7BitEncodedInt(number);
                break;
            case SnapshotEnded:
                writer.Write((byte)Kind.SnapshotEnded);
                break;
            default:
                throw new InvalidOperationException($"{GetType().Name} has no journal format.");
        }
    }

    public static JournalEntry Read(ref JournalReader reader)
    {
        switch ((Kind)reader.ReadByte())
        {
            case Kind.BucketCreated:
                return new BucketCreated(reader.ReadInt(), reader.ReadText(), reader.ReadTime());
            case Kind.BucketDeleted:
                return new BucketDeleted(reader.ReadInt());
            case Kind.ObjectPut:
                return new ObjectPut(reader.ReadInt(), PackedEntry.Read(reader.ReadBytes()));
            case Kind.ObjectDeleted:
                return new ObjectDeleted(reader.ReadInt(), reader.ReadBytes().ToArray());
            case Kind.UploadStarted:
                return new UploadStarted(
                    reader.ReadText(),
                    reader.ReadInt(),
                    reader.ReadBytes().ToArray(),
                    reader.ReadLong(),
                    reader.ReadTime()
                );
            case Kind.UploadPartPut:
                return new UploadPartPut(
                    reader.ReadText(),
                    new UploadPart
                    {
                        Number = reader.ReadInt(),
                        FileId = reader.ReadLong(),
                        Size = reader.ReadLong(),
                        LastModified = reader.ReadTime(),
                        Md5 = reader.ReadMd5(),
                        Checksum = reader.ReadText() is { Length: > 0 } checksum ? PartChecksum.Parse(checksum) : null,
                    }
                );
            case Kind.UploadEnded:
                var id = reader.ReadText();
                var parts = new int[reader.ReadInt()];
                for (var i = 0; i < parts.Length; i++)
                    parts[i] = reader.ReadInt();
                return new UploadEnded(id, parts);
            case Kind.SnapshotEnded:
                return new SnapshotEnded();
            case var kind:
                throw new StartRefusedException(
                    $"The object journal has an entry of unknown kind {kind}. A later version may have written it."
                );
        }
    }

    private static void WriteKey(BinaryWriter writer, byte[] key)
    {
        writer.Write7BitEncodedInt(key.Length);
        writer.Write(key);
    }

    private static void WriteMd5(BinaryWriter writer, UInt128 md5)
    {
        writer.Write((ulong)md5);
        writer.Write((ulong)(md5 >> 64));
    }
}
