using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace LocalCloud.Protocol.Signatures;

/// <summary>
/// The keys derived from a secret, one for each day, region and service: four HMACs each, so they are kept.
/// </summary>
internal sealed class SigningKeys(string secretAccessKey)
{
    private const int Most = 100; // scopes are the clients' choice
    private readonly ConcurrentDictionary<string, byte[]> _byScope = new(StringComparer.Ordinal);

    /// <param name="scope">Date, region, service and <c>aws4_request</c>, by slashes.</param>
    public byte[] Of(string scope)
    {
        if (_byScope.TryGetValue(scope, out var known))
            return known;
        var key = Encoding.UTF8.GetBytes("AWS4" + secretAccessKey);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        if (_byScope.Count >= Most)
            _byScope.Clear();
        _byScope[scope] = key;
        return key;
    }
}
