using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LocalCloud.Protocol.Signatures;

/// <summary>
/// The signatures of a body's chunks, each over its content and the signature before it (S3 API Reference, "Signature
/// calculations: transferring a payload in multiple chunks"), so that none can be left out, added or moved.
/// </summary>
internal sealed class ChunkSignatures(VerifiedSignature request) : IDisposable
{
    private static readonly string s_emptyHash = Convert.ToHexStringLower(SHA256.HashData([]));
    private readonly IncrementalHash _chunk = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private string _previous = request.Signature;

    public void Append(ReadOnlySpan<byte> content) => _chunk.AppendData(content);

    /// <summary>Ends a chunk; the last one is empty.</summary>
    /// <exception cref="SignatureException">Mismatch.</exception>
    public void EndChunk(string? signature) =>
        Verify("AWS4-HMAC-SHA256-PAYLOAD", $"{s_emptyHash}\n", _chunk.GetHashAndReset(), signature);

    /// <param name="trailers">In the order they came.</param>
    /// <param name="signature">The x-amz-trailer-signature.</param>
    /// <exception cref="SignatureException">Mismatch.</exception>
    public void EndTrailers(IEnumerable<KeyValuePair<string, string>> trailers, string? signature)
    {
        var text = string.Concat(trailers.Select(trailer => $"{trailer.Key}:{trailer.Value}\n"));
        Verify("AWS4-HMAC-SHA256-TRAILER", "", SHA256.HashData(Encoding.UTF8.GetBytes(text)), signature);
    }

    public void Dispose() => _chunk.Dispose();

    private void Verify(string algorithm, string between, byte[] hash, string? signature)
    {
        var stringToSign = string.Create(
            CultureInfo.InvariantCulture,
            $"{algorithm}\n{request.TimeText}\n{request.Scope}\n{_previous}\n{between}{Convert.ToHexStringLower(hash)}"
        );
        if (!SignatureVerifier.Matches(signature, request.SigningKey, stringToSign))
            throw new SignatureException(SignatureFault.Mismatch, "A chunk's signature does not match its content.")
            {
                StringToSign = stringToSign,
            };
        _previous = signature!;
    }
}
