using Pos.Contracts;

namespace Pos.Cli.Quarantine;

/// <summary>A request to the processor failed.</summary>
/// <param name="exitCode">The exit code of <c>pos</c>.</param>
/// <param name="message">The reason, for people.</param>
/// <param name="errors">Every rule that the text breaks.</param>
internal sealed class QuarantineException(int exitCode, string message, IReadOnlyList<PurchaseError>? errors = null)
    : Exception(message)
{
    public int ExitCode => exitCode;
    public IReadOnlyList<PurchaseError> Errors => errors ?? [];
}
