using System.Security.Cryptography;
using System.Text;

namespace Pos.AppHost.Embedded;

/// <summary>
/// Holds Postgres's files when an AppHost of root has its own in a folder that only root can enter, such as its home.
/// </summary>
internal static class SystemFolder
{
    /// <summary>A place for variable data that every account can pass (Filesystem Hierarchy Standard).</summary>
    public const string Path = "/var/lib/pos";

    /// <summary>Returns a short name that differs for each path.</summary>
    public static string NameFor(string path) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..12];
}
