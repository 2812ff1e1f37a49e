using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace LocalCloud.Protocol.Signatures;

/// <summary>
/// Derives signing keys from a secret, one per day, region and service. Caches them, because each takes four HMACs.
/// </summary>
internal sealed class SigningKeys(string secretAccessKey)
{
    private const int MaxKeys = 100; // Clients choose the scopes.
    private readonly ConcurrentDictionary<string, byte[]> _byScope = new(StringComparer.Ordinal);

    /// <summary>Returns the key of a scope such as <c>20260131/us-east-1/s3/aws4_request</c>.</summary>
    public byte[] GetKey(string scope)
    {
        if (_byScope.TryGetValue(scope, out var known))
            return known;
        var key = Encoding.UTF8.GetBytes("AWS4" + secretAccessKey);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        if (_byScope.Count >= MaxKeys)
            _byScope.Clear();
        _byScope[scope] = key;
        return key;
    }
}
