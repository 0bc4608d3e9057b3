/** Errors of the command line itself: the words do not make a call. They all end with exit code 2. */
import type { ErrorTemplate } from './error-record.ts';

/** @see reference/messages.md section 17 */
export const bindingErrors = {
  parameterNotFound: {
    id: 'NamedParameterNotFound',
    category: 'InvalidArgument',
    message: 'There is no parameter {parameter}.{suggestion}',
    exceptionType: 'ParameterBindingException',
  },
  parameterAmbiguous: {
    id: 'AmbiguousParameter',
    category: 'InvalidArgument',
    message: 'The parameter {parameter} is ambiguous: it could be {matches}. Write one more letter.',
    exceptionType: 'ParameterBindingException',
  },
  argumentMissing: {
    id: 'MissingArgument',
    category: 'InvalidArgument',
    message: 'The parameter -{parameter} needs a value of type {type}. {advice}',
    exceptionType: 'ParameterBindingException',
  },
  parameterRepeated: {
    id: 'ParameterAlreadyBound',
    category: 'InvalidArgument',
    message: 'The parameter -{parameter} is given more than once, and it takes one value. Keep one of them.',
    exceptionType: 'ParameterBindingException',
  },
  positionalNotFound: {
    id: 'PositionalParameterNotFound',
    category: 'InvalidArgument',
    message: 'No parameter is left for the word "{word}". {advice}',
    exceptionType: 'ParameterBindingException',
  },
  parametersClash: {
    id: 'AmbiguousParameterSet',
    category: 'InvalidArgument',
    message: '-{first} and -{second} cannot be used together. Leave one of them out.',
    exceptionType: 'ParameterBindingException',
  },
  parametersInsufficient: {
    id: 'AmbiguousParameterSet',
    category: 'InvalidArgument',
    message: 'These parameters are not enough to say what is meant. Add {choices}.',
    exceptionType: 'ParameterBindingException',
  },
  parameterMandatory: {
    id: 'MissingMandatoryParameter',
    category: 'InvalidArgument',
    message: 'The mandatory parameter {parameters} is missing.{advice}',
    exceptionType: 'ParameterBindingException',
  },
  argumentNotConvertible: {
    id: 'CannotConvertArgumentNoMessage',
    category: 'InvalidArgument',
    message: 'The value "{value}" of -{parameter} is not {wanted}.{advice}',
    exceptionType: 'ParameterBindingException',
  },
  argumentNotValid: {
    id: 'ParameterArgumentValidationError',
    category: 'InvalidData',
    message: 'The value "{value}" of -{parameter} is not valid: {reason}',
    exceptionType: 'ParameterBindingValidationException',
  },
  argumentEmpty: {
    id: 'ParameterArgumentValidationError',
    category: 'InvalidData',
    message: 'The value of -{parameter} is empty. Give one, or leave the parameter out.',
    exceptionType: 'ParameterBindingValidationException',
  },
  argumentNotTransformable: {
    id: 'ParameterArgumentTransformationError',
    category: 'InvalidData',
    message: 'The value of -{parameter} cannot be read: {reason}',
    exceptionType: 'ParameterBindingArgumentTransformationException',
  },
  scriptBlockNotClosed: {
    id: 'MissingEndCurlyBrace',
    category: 'ParserError',
    message: 'The script block "{text}" has no closing brace. Quote the whole block: \'{example}\'.',
    exceptionType: 'ParserException',
  },
  pipelineInputNotBound: {
    id: 'InputObjectNotBound',
    category: 'InvalidArgument',
    message:
      'The input line "{line}" is not a session. Pipe what get-session or new-session printed, or one Id, Name or InstanceId a line.',
    exceptionType: 'ParameterBindingException',
  },
  confirmationImpossible: {
    id: 'ConfirmationImpossible',
    category: 'InvalidOperation',
    message:
      '-Confirm cannot ask without a terminal on standard input: {sentence} Leave -Confirm out, or use -Confirm:$false.',
  },
  commandNotFound: {
    id: 'CommandNotFoundException',
    category: 'ObjectNotFound',
    message: 'There is no command "{command}".{suggestion}',
    exceptionType: 'CommandNotFoundException',
  },
  wildcardInvalid: {
    id: 'WildcardPattern_Invalid',
    category: 'InvalidArgument',
    message: 'The pattern "{pattern}" is not valid: {reason} A backtick before a character takes it literally.',
    exceptionType: 'WildcardPatternException',
  },
} as const satisfies Readonly<Record<string, ErrorTemplate>>;
