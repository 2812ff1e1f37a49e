using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LocalCloud.Protocol.Signatures;

/// <summary>
/// Verifies the signatures of a body's chunks. Each covers its content and the previous signature, so no chunk can be
/// removed, added or moved (S3 API Reference, "Signature calculations: transferring a payload in multiple chunks").
/// </summary>
internal sealed class ChunkSignatures(VerifiedSignature request) : IDisposable
{
    private static readonly string s_emptyHash = Convert.ToHexStringLower(SHA256.HashData([]));
    private readonly IncrementalHash _chunk = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private string _previous = request.Signature;

    public void Append(ReadOnlySpan<byte> content) => _chunk.AppendData(content);

    /// <summary>Verifies the current chunk's signature and starts the next one. The last chunk is empty.</summary>
    /// <exception cref="SignatureException">Mismatch.</exception>
    public void EndChunk(string? signature) =>
        Verify("AWS4-HMAC-SHA256-PAYLOAD", $"{s_emptyHash}\n", _chunk.GetHashAndReset(), signature);

    /// <summary>Verifies the signature of the trailers.</summary>
    /// <param name="trailers">Trailers in the order of the request.</param>
    /// <param name="signature">Value of x-amz-trailer-signature.</param>
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
