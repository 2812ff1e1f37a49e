using System.Security.Cryptography;
using System.Text;

namespace Pos.AppHost.Embedded;

/// <summary>
/// The folder for Postgres's files if root runs the AppHost and only root can enter the AppHost's own folders.
/// </summary>
internal static class SystemFolder
{
    /// <summary>A folder for variable data that every account can enter (Filesystem Hierarchy Standard).</summary>
    public const string Path = "/var/lib/pos";

    /// <summary>Returns a short name that differs for each path.</summary>
    public static string NameFor(string path) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..12];
}
