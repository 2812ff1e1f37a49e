namespace Pos.Cli;

/// <summary>The exit codes of <c>pos</c>.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The arguments or the file are invalid. Nothing was done.</summary>
    public const int Unusable = 1;

    /// <summary>The stores were read and differ.</summary>
    public const int Different = 1;

    /// <summary>Everything was sent, and some rows were rejected. The rejects file has them.</summary>
    public const int SomeRejected = 2;

    /// <summary>The target is unavailable. <c>--resume</c> continues from there.</summary>
    public const int Unavailable = 3;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT). <c>--resume</c> continues from there.</summary>
    public const int Cancelled = 130;
}
