using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace LocalCloud.Objects.Bodies;

/// <summary>Computes one of S3's additional checksums over content in pieces.</summary>
internal abstract class Checksum : IDisposable
{
    public const string HeaderPrefix = "x-amz-checksum-";

    /// <summary>Algorithms as in the header's name, <c>x-amz-checksum-crc32</c>.</summary>
    public static readonly IReadOnlyList<string> Algorithms = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

    public abstract void Append(ReadOnlySpan<byte> content);

    /// <summary>Returns the checksum's bytes in network order, which S3 encodes in base64.</summary>
    public abstract byte[] Value();

    public virtual void Dispose() { }

    /// <summary>Creates a checksum. Returns null if S3 does not have the algorithm.</summary>
    public static Checksum? Create(string algorithm) =>
        algorithm.ToLowerInvariant() switch
        {
            "crc32" => new Crc32Checksum(),
            "crc32c" => new Crc32CChecksum(),
            "crc64nvme" => new Crc64NvmeChecksum(),
            "sha1" => new HashChecksum(HashAlgorithmName.SHA1),
            "sha256" => new HashChecksum(HashAlgorithmName.SHA256),
            _ => null,
        };

    private sealed class Crc32Checksum : Checksum
    {
        private readonly Crc32 _crc = new();

        public override void Append(ReadOnlySpan<byte> content) => _crc.Append(content);

        public override byte[] Value()
        {
            var value = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(value, _crc.GetCurrentHashAsUInt32());
            return value;
        }
    }

    private sealed class HashChecksum(HashAlgorithmName algorithm) : Checksum
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(algorithm);

        public override void Append(ReadOnlySpan<byte> content) => _hash.AppendData(content);

        public override byte[] Value() => _hash.GetCurrentHash();

        public override void Dispose()
        {
            _hash.Dispose();
            base.Dispose();
        }
    }
}
