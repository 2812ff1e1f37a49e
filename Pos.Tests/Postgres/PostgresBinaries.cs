using System.Runtime.InteropServices;

namespace Pos.Tests.Postgres;

/// <summary>Where <c>initdb</c> and <c>postgres</c> are: those that the AppHost runs.</summary>
internal static class PostgresBinaries
{
    private static readonly string s_suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    private static readonly string s_platform =
        (
            OperatingSystem.IsWindows() ? "windows"
            : OperatingSystem.IsMacOS() ? "darwin"
            : "linux"
        ) + (RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? "-arm64" : "-x64");

    private static readonly string[] s_fromNpm =
    [
        "@embedded-postgres",
        s_platform,
        "native",
        "bin",
        "postgres" + s_suffix,
    ];

    /// <summary>The folder of both.</summary>
    public static async Task<string> FindAsync() => Path.GetDirectoryName(await EmbeddedPackages.FindAsync(s_fromNpm))!;
}
