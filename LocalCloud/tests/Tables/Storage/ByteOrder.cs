namespace LocalCloud.Tests.Tables.Storage;

/// <summary>Compares keys byte by byte, as the store does.</summary>
internal sealed class ByteOrder : IComparer<byte[]>
{
    public static ByteOrder Instance { get; } = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
