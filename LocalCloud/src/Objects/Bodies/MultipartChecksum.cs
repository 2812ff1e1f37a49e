using System.Buffers.Binary;
using System.Globalization;
using LocalCloud.Objects.Storage;

namespace LocalCloud.Objects.Bodies;

/// <summary>
/// Computes the checksum of a multipart object from its parts' checksums (S3 User Guide, "Checking object integrity").
/// Type COMPOSITE is a checksum of the checksums. Type FULL_OBJECT is the checksum of the content. CRCs can be combined
/// to it without reading the content.
/// </summary>
internal static class MultipartChecksum
{
    public const string Composite = "COMPOSITE";
    public const string FullObject = "FULL_OBJECT";

    // The reflected polynomials: bit 0 is the highest power.
    private static readonly Dictionary<string, (ulong Polynomial, int Bits)> s_crcs = new(StringComparer.Ordinal)
    {
        ["crc32"] = (0xEDB88320, 32),
        ["crc32c"] = (0x82F63B78, 32),
        ["crc64nvme"] = (0x9A6C9329AC4BC9B5, 64),
    };

    public static bool CanBeFullObject(string algorithm) => s_crcs.ContainsKey(algorithm);

    /// <summary>Returns the type that S3 uses if a client sends none.</summary>
    public static string DefaultType(string algorithm) => algorithm == "crc64nvme" ? FullObject : Composite;

    /// <summary>
    /// Returns the checksum in base64, with <c>-N</c> if it is composite. Returns null if a part has no checksum.
    /// </summary>
    public static string? Compute(string algorithm, string type, IReadOnlyList<UploadPart> parts)
    {
        if (parts.Any(part => part.Checksum?.Algorithm != algorithm))
            return null;
        var values = parts.Select(part => Convert.FromBase64String(part.Checksum!.Value)).ToList();
        if (type == FullObject)
        {
            var whole = values[0];
            for (var i = 1; i < values.Count; i++)
                whole = Combine(algorithm, whole, values[i], parts[i].Size);
            return Convert.ToBase64String(whole);
        }
        using var checksum = Checksum.Create(algorithm)!;
        values.ForEach(value => checksum.Append(value));
        return string.Create(CultureInfo.InvariantCulture, $"{Convert.ToBase64String(checksum.Value())}-{parts.Count}");
    }

    /// <summary>
    /// Returns the CRC of two concatenated contents. It shifts the first CRC by the second content's length, which is a
    /// multiplication with a power of x.
    /// </summary>
    public static byte[] Combine(string algorithm, byte[] first, byte[] second, long secondLength)
    {
        var (polynomial, bits) = s_crcs[algorithm];
        var one = 1UL << (bits - 1);
        var (shift, square) = (one, one >> 1); // x^0 and x^1.
        for (var exponent = (UInt128)(ulong)secondLength * 8; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1)
                shift = Multiply(shift, square);
            square = Multiply(square, square);
        }
        var combined = Multiply(shift, Number(first)) ^ Number(second);
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, combined);
        return bytes[^first.Length..];

        ulong Multiply(ulong left, ulong right)
        {
            var product = 0UL;
            for (var bit = one; bit != 0; bit >>= 1)
            {
                if ((left & bit) != 0)
                    product ^= right;
                right = (right >> 1) ^ ((right & 1) * polynomial);
            }
            return product;
        }

        static ulong Number(byte[] value) => value.Aggregate(0UL, (number, one) => (number << 8) | one);
    }
}
