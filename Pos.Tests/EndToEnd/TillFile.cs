using Pos.Cli;
using Pos.Cli.Generate;
using Pos.Tests.Cli;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>A generated till's file, whose purchases no other has, and its replay.</summary>
internal sealed class TillFile
{
    private const int MaxResumes = 3;

    private readonly PosCommand _pos;
    private readonly int _rowsPerSecond;
    private readonly string _path;

    /// <param name="pos">Replays it, and owns the folder.</param>
    /// <param name="seed">Of its rows, and part of their purchases' ids.</param>
    /// <param name="duration">How long its replay takes when nothing is in the way.</param>
    /// <param name="version">Another version of the file has the same lines with other quantities.</param>
    /// <param name="rowsPerSecond">How fast it is replayed.</param>
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
    /// Replays it, and goes on after each time that the target was away for too long, until all is accepted.
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
