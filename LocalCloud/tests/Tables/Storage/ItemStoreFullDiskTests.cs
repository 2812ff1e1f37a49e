using System.Diagnostics;
using LocalCloud.Tests.Objects;
using Xunit;

namespace LocalCloud.Tests.Tables.Storage;

/// <summary>Fills a disk of 200 MB in memory and makes space again. Only the test's process sees the disk.</summary>
[SystemTest]
public sealed class ItemStoreFullDiskTests
{
    // Mounts the disk, then runs the command.
    private const string Script = "disk=$1; shift; mount -t tmpfs -o size=200m none \"$disk\" && exec \"$@\"";

    [Theory]
    [InlineData(4_000_000)] // rejects writes before the disk is full
    [InlineData(0)] // a write fails on the full disk
    public async Task A_full_disk_rejects_writes_loses_nothing_and_needs_no_restart(int minFreeBytes)
    {
        Assert.SkipUnless(await CanMountAsync(), "This system does not let a test mount a disk (unshare, tmpfs).");
        using var folder = new TemporaryFolder();
        var output = await RunAsync(
            folder.Path,
            [.. StoreWriterProcess.Command, "full-disk", folder.Path, $"{minFreeBytes}"]
        );
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^rejected: The disk of .+Free some space; a restart is not needed", lines[0]);
        Assert.Equal("missing: 0", lines[1]);
        Assert.Equal("accepted, problem: ", lines[2]);
        Assert.Equal("missing after a restart: 0", lines[3]);
        Assert.Matches("^start on a full disk: (opened|rejected: .+Free some space on the disk)", lines[4]);
        Assert.Matches("^missing after a start with space: 0 of [0-9]{2,}$", lines[5]);
    }

    private static async Task<bool> CanMountAsync()
    {
        using var folder = new TemporaryFolder();
        try
        {
            await RunAsync(folder.Path, ["true"]);
            return true;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static Task<string> RunAsync(string disk, IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo("unshare");
        foreach (
            var argument in (string[])
                ["--user", "--map-root-user", "--mount", "sh", "-c", Script, "sh", disk, .. command]
        )
            start.ArgumentList.Add(argument);
        return Tool.RunAsync(start, TestContext.Current.CancellationToken);
    }
}
