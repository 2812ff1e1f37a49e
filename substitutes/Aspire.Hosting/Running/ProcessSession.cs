using System.Diagnostics;

namespace Aspire.Hosting;

/// <summary>
/// Starts a program in a session of its own, so that a Ctrl-C at the terminal reaches the AppHost only, and a program's
/// descendants are one process group. A child of this process leads no group, so <c>setsid</c> need not fork: the id of
/// the process that was started is the id of its session, its group and the program.
/// </summary>
internal static class ProcessSession
{
    private static readonly Lazy<string[]> s_prefix = new(FindPrefix);

    /// <summary>Whether there are sessions here: not on Windows, nor where neither setsid nor perl is.</summary>
    public static bool Supported => s_prefix.Value.Length > 0;

    public static ProcessStartInfo Describe(string fileName, IEnumerable<string> arguments)
    {
        string[] command = [.. s_prefix.Value, fileName, .. arguments];
        return new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, CreateNoWindow = true };
    }

    private static string[] FindPrefix()
    {
        if (OperatingSystem.IsWindows())
            return [];
        if (ExecutablePath.Find("setsid", Environment.CurrentDirectory) is { } setsid)
            return [setsid];
        // macOS has no setsid program, but perl.
        return ExecutablePath.Find("perl", Environment.CurrentDirectory) is { } perl
            ? [perl, "-e", "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV or exit 127;"]
            : [];
    }
}
