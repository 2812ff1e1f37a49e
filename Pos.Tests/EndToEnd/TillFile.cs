using Pos.Cli;
using Pos.Cli.Generate;
using Pos.Tests.Cli;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>Generates a till's file with unique purchases and replays it.</summary>
internal sealed class TillFile
{
    private const int MaxResumes = 3;

    private readonly PosCommand _pos;
    private readonly int _rowsPerSecond;
    private readonly string _path;

    /// <param name="pos">Replays the file, and owns its folder.</param>
    /// <param name="seed">Seed of the rows, and part of their purchase ids.</param>
    /// <param name="duration">Duration of an undisturbed replay.</param>
    /// <param name="version">Multiplies the quantities. All versions have the same lines.</param>
    /// <param name="rowsPerSecond">Speed of the replay.</param>
    public TillFile(PosCommand pos, int seed, TimeSpan duration, int version = 1, int rowsPerSecond = 700)
    {
        _rowsPerSecond = rowsPerSecond;
        _pos = pos;
        _path = Path.Combine(pos.Folder, $"till-{seed}-{version}.csv");
        using var writer = new StreamWriter(_path);
        var rows = new TillRowGenerator(
            (int)(rowsPerSecond * duration.TotalSeconds),
            seed,
            new DateOnly(2025, 1, 1),
            days: 30
        ).Generate();
        GenerateCommand.Write(
            rows.Select(row => row with { Invoice = $"S{seed}-{row.Invoice}", Quantity = row.Quantity * version }),
            writer
        );
    }

    public IReadOnlyList<Line> Lines => Line.FromCsv(_path);

    /// <summary>
    /// Replays the file until everything is accepted. Resumes when the target was unavailable for too long.
    /// </summary>
    public async Task ReplayAsync(Uri to)
    {
        string[] command = ["replay", _path, "--to", to.ToString(), "--rate", $"{_rowsPerSecond}/s"];
        var (exitCode, output, errors) = await _pos.RunAsync(command);
        for (var resumes = 0; exitCode == ExitCodes.Unavailable && resumes < MaxResumes; resumes++)
            (exitCode, output, errors) = await _pos.RunAsync([.. command, "--resume"]);
        Assert.True(exitCode == ExitCodes.Done, $"The replay ended with {exitCode}: {errors}{output}");
    }
}
