using System.Diagnostics;
using System.Globalization;

namespace Pos.Tests.Aspire;

/// <summary>Processes as the system sees them.</summary>
internal static class Processes
{
    /// <summary>Whether a process runs; one that ended but was not reaped by its parent does not.</summary>
    public static bool Runs(int id)
    {
        var start = new ProcessStartInfo("ps", ["-o", "stat=", "-p", id.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        using var ps = Process.Start(start)!;
        var state = ps.StandardOutput.ReadToEnd().Trim();
        ps.WaitForExit();
        return state.Length > 0 && state[0] != 'Z';
    }

    public static void Kill(int id, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>
    /// Whether SIGINT is ignored by this process, as it is by one that a script has started with <c>&amp;</c>. Where
    /// /proc does not tell, it is not.
    /// </summary>
    public static bool InterruptIsIgnored()
    {
        const string field = "SigIgn:";
        const int interrupt = 2;
        var mask = File.Exists("/proc/self/status")
            ? Array.Find(File.ReadAllLines("/proc/self/status"), line =>
                line.StartsWith(field, StringComparison.Ordinal)
            )
            : null;
        return mask is not null
            && (
                ulong.Parse(mask.AsSpan(field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                    >> (interrupt - 1)
                & 1
            ) == 1;
    }
}
