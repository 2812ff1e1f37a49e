using System.Security.Cryptography;
using System.Text;

namespace Pos.Cdk.Functions;

/// <summary>Detects changes of the sources of services.</summary>
internal static class SourceFingerprint
{
    private static readonly string[] s_extensions =
    [
        ".cs",
        ".csproj",
        ".json",
        ".props",
        ".targets",
        ".sql",
        ".razor",
        ".css",
        ".js",
        ".svg",
    ];
    private static readonly string[] s_excludedFolders =
    [
        "bin",
        "obj",
        "node_modules",
        "Pos.Tests",
        "deploy",
        "docs",
        "LocalCloud",
        "Pos.AppHost",
        "embedded",
        ".git",
        ".pos",
    ];

    /// <summary>Computes a hash of names and contents of all sources in a folder.</summary>
    public static string Compute(string solution)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files(solution).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(solution, file)));
            hash.AppendData(File.ReadAllBytes(file));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory
            .EnumerateFiles(folder)
            .Where(file => s_extensions.Contains(Path.GetExtension(file)))
            .Concat(
                Directory
                    .EnumerateDirectories(folder)
                    .Where(inner => !s_excludedFolders.Contains(Path.GetFileName(inner)))
                    .SelectMany(Files)
            );
}
