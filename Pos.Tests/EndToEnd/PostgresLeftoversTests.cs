using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Pos.AppHost.Embedded;
using Xunit;

namespace Pos.Tests.EndToEnd;

[SystemTest]
public sealed class PostgresLeftoversTests
{
    [Fact]
    public async Task A_lock_file_with_the_id_of_another_program_is_removed()
    {
        using var folder = new TemporaryFolder();
        var lockFile = await LockAsync(folder.Path, Environment.ProcessId);

        await PostgresLeftovers.ClearAsync(folder.Path, NullLogger.Instance, CancellationToken.None);

        Assert.False(File.Exists(lockFile));
    }

    [Fact]
    public async Task A_lock_file_of_an_ended_process_is_kept_for_Postgres()
    {
        using var ended = Process.Start(new ProcessStartInfo("sleep", "0"))!;
        await ended.WaitForExitAsync();
        using var folder = new TemporaryFolder();
        var lockFile = await LockAsync(folder.Path, ended.Id);

        await PostgresLeftovers.ClearAsync(folder.Path, NullLogger.Instance, CancellationToken.None);

        Assert.True(File.Exists(lockFile));
    }

    // Postgres's format: process, folder, start, port, socket's folder, address, shared memory, state.
    private static async Task<string> LockAsync(string folder, int processId)
    {
        var path = Path.Combine(folder, "postmaster.pid");
        await File.WriteAllTextAsync(
            path,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{processId}\n{folder}\n1795377941\n5432\n\n127.0.0.1\n        0         0\nready\n"
            )
        );
        return path;
    }
}
