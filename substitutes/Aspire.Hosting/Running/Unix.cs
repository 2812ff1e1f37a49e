using System.Runtime.InteropServices;

namespace Aspire.Hosting;

/// <summary>What .NET has no name for.</summary>
internal static partial class Unix
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;

    public static int ParentProcessId => getppid();

    public static void Terminate(int processId) => _ = kill(processId, Sigterm);

    /// <summary>Kills what is left of a process group; no error if nothing is.</summary>
    public static void KillGroup(int groupId) => _ = kill(-groupId, Sigkill);

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    private static partial int getppid();
}
