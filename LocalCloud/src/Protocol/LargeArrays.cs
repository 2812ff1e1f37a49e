using System.Buffers;

namespace LocalCloud.Protocol;

/// <summary>
/// Pools arrays for request bodies and their decoded content. The shared pool would keep dozens of megabytes of every
/// size. These pools keep few large arrays, but enough of the sizes that each connection uses at the same time (a body,
/// its records, the round they are written in).
/// </summary>
internal static class LargeArrays
{
    private const int MaxShared = 16 * 1024;
    private const int MaxSegment = 64 * 1024;
    private const int MaxMedium = 1024 * 1024;
    private const int MaxLarge = 4 * 1024 * 1024;
    private const int MaxHuge = 16 * 1024 * 1024;

    // Enough for two large responses.
    private static readonly ArrayPool<byte> s_segments = ArrayPool<byte>.Create(MaxSegment, maxArraysPerBucket: 256);
    private static readonly ArrayPool<byte> s_medium = ArrayPool<byte>.Create(MaxMedium, maxArraysPerBucket: 12);
    private static readonly ArrayPool<byte> s_large = ArrayPool<byte>.Create(MaxLarge, maxArraysPerBucket: 4);
    private static readonly ArrayPool<byte> s_huge = ArrayPool<byte>.Create(MaxHuge, maxArraysPerBucket: 2);

    public static byte[] Rent(int length) => Pool(length).Rent(length);

    /// <summary>Returns a rented array. Empty arrays are not pooled and may be returned repeatedly.</summary>
    public static void Return(byte[] array) => Pool(array.Length).Return(array);

    private static ArrayPool<byte> Pool(int length) =>
        length switch
        {
            <= MaxShared => ArrayPool<byte>.Shared,
            <= MaxSegment => s_segments,
            <= MaxMedium => s_medium,
            <= MaxLarge => s_large,
            _ => s_huge,
        };
}
