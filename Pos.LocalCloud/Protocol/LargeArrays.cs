using System.Buffers;

namespace Pos.LocalCloud.Protocol;

/// <summary>Arrays for request bodies and what is decoded from them. The shared pool would keep dozens of megabytes of every size; this one keeps few.</summary>
internal static class LargeArrays
{
    private const int SharedUpTo = 64 * 1024;
    private static readonly ArrayPool<byte> s_large = ArrayPool<byte>.Create(maxArrayLength: 16 * 1024 * 1024, maxArraysPerBucket: 3);

    public static byte[] Rent(int length) => (length <= SharedUpTo ? ArrayPool<byte>.Shared : s_large).Rent(length);

    /// <summary>Arrays of 0 bytes are nobody's and may be returned as often as wanted.</summary>
    public static void Return(byte[] array) => (array.Length <= SharedUpTo ? ArrayPool<byte>.Shared : s_large).Return(array);
}
