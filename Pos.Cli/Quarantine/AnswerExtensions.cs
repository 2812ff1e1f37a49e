using System.Net;
using Pos.Contracts.Http;

namespace Pos.Cli.Quarantine;

/// <summary>Turns failures into exit codes.</summary>
internal static class AnswerExtensions
{
    /// <summary>Returns the answer's value.</summary>
    /// <exception cref="QuarantineException">The call failed.</exception>
    public static async Task<T> ValueAsync<T>(this Task<Answer<T>> call)
        where T : class
    {
        var answer = await call;
        return answer.Value ?? throw From(answer.Failure!);
    }

    private static QuarantineException From(Failure failure) =>
        failure switch
        {
            ServiceUnavailable => new(ExitCodes.Unavailable, failure.Text),
            Refused { Status: HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity } refused => new(
                ExitCodes.SomeRejected,
                refused.Errors is [] ? refused.Text : refused.Title ?? refused.Text,
                refused.Errors
            ),
            _ => new(ExitCodes.Unusable, failure.Text),
        };
}
