using System.Runtime.InteropServices;

namespace Pos.Tests.Postgres;

/// <summary>Where <c>initdb</c> and <c>postgres</c> are: from npm if they are installed, else the system's, else npm installs them.</summary>
internal static class PostgresBinaries
{
    private static readonly string s_suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    private static readonly string s_platform =
        (OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux")
        + (RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? "-arm64" : "-x64");

    private static readonly string[] s_fromNpm = ["@embedded-postgres", s_platform, "native", "bin", "postgres" + s_suffix];

    /// <summary>The folder of both.</summary>
    public static async Task<string> FindAsync() =>
        !EmbeddedPackages.Has(s_fromNpm) && FromSystem() is { } system ? system : Path.GetDirectoryName(await EmbeddedPackages.FindAsync(s_fromNpm))!;

    private static string? FromSystem()
    {
        var versions = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            : Enumerable.Empty<string>();
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return versions.Select(folder => Path.Combine(folder, "bin")).Concat(path).FirstOrDefault(HasBoth);
    }

    private static bool HasBoth(string folder) =>
        File.Exists(Path.Combine(folder, "postgres" + s_suffix)) && File.Exists(Path.Combine(folder, "initdb" + s_suffix));
}
