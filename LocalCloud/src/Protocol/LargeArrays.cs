using System.Buffers;

namespace LocalCloud.Protocol;

/// <summary>
/// Arrays for request bodies and what is decoded from them. The shared pool would keep dozens of megabytes of every
/// size; these keep few, and of the sizes that every connection has several of at once (a body, its records, the round
/// they are written in) enough to make none anew.
/// </summary>
internal static class LargeArrays
{
    private const int SharedUpTo = 16 * 1024;
    private const int PieceUpTo = 64 * 1024;
    private const int MediumUpTo = 1024 * 1024;
    private const int LargeUpTo = 4 * 1024 * 1024;
    private const int HugeUpTo = 16 * 1024 * 1024;

    // two large answers'
    private static readonly ArrayPool<byte> s_pieces = ArrayPool<byte>.Create(PieceUpTo, maxArraysPerBucket: 256);
    private static readonly ArrayPool<byte> s_medium = ArrayPool<byte>.Create(MediumUpTo, maxArraysPerBucket: 12);
    private static readonly ArrayPool<byte> s_large = ArrayPool<byte>.Create(LargeUpTo, maxArraysPerBucket: 4);
    private static readonly ArrayPool<byte> s_huge = ArrayPool<byte>.Create(HugeUpTo, maxArraysPerBucket: 2);

    public static byte[] Rent(int length) => Pool(length).Rent(length);

    /// <summary>Arrays of 0 bytes are nobody's and may be returned as often as wanted.</summary>
    public static void Return(byte[] array) => Pool(array.Length).Return(array);

    private static ArrayPool<byte> Pool(int length) =>
        length switch
        {
            <= SharedUpTo => ArrayPool<byte>.Shared,
            <= PieceUpTo => s_pieces,
            <= MediumUpTo => s_medium,
            <= LargeUpTo => s_large,
            _ => s_huge,
        };
}
